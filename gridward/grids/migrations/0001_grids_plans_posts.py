import django.contrib.gis.db.models.fields
import django.db.models.deletion
import gridward.gpkg.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_people_bodies_roles'),
        ('areas', '0001_divisions_cells_ground'),
        ('districts', '0001_districts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Grid',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=120)),
                ('level', models.CharField(choices=[('subdistrict', 'Subdistrict'), ('community', 'Community'), ('premises', 'building or premises')], max_length=12)),
                ('kind', models.CharField(choices=[('community', 'Community'), ('road', 'Road'), ('premises', 'Premises')], max_length=10)),
                ('body', models.ForeignKey(help_text='whose grid it is', null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.body')),
                ('community', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.division')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('subdistrict', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.division')),
            ],
        ),
        migrations.CreateModel(
            name='DutyPost',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('full_time', 'Full Time'), ('part_time', 'Part Time'), ('contract', 'Contract'), ('linked', 'linked official 联点干部'), ('volunteer', 'Volunteer'), ('building_head', 'Building Head')], max_length=14)),
                ('duty_phone', models.CharField(blank=True, max_length=30)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='accounts.body')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL)),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='grids.grid')),
            ],
        ),
        migrations.CreateModel(
            name='GridPlan',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('adopted', 'Adopted'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('adopted_from', models.DateField(null=True)),
                ('is_awaited', models.BooleanField(default=False, help_text='adopted for a day to come; open work moves on that day')),
                ('recorded_at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='areas.division')),
            ],
        ),
        migrations.CreateModel(
            name='GridShape',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shape', django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326)),
                ('area_m2', models.PositiveIntegerField()),
                ('households', models.PositiveIntegerField(null=True)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shapes', to='grids.grid')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shapes', to='grids.gridplan')),
            ],
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=15)),
                ('shape', django.contrib.gis.db.models.fields.MultiPolygonField(srid=4326)),
                ('area_m2', models.PositiveIntegerField()),
                ('community', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='areas.division')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('district', 'code'), name='cell_code_once')],
            },
        ),
        migrations.AddIndex(
            model_name='grid',
            index=models.Index(fields=['district', 'community'], name='grid_community'),
        ),
        migrations.AddConstraint(
            model_name='grid',
            constraint=models.UniqueConstraint(fields=('district', 'code'), name='grid_code_once'),
        ),
        migrations.AddIndex(
            model_name='dutypost',
            index=models.Index(fields=['district', 'grid', 'valid_from'], name='post_grid'),
        ),
        migrations.AddIndex(
            model_name='dutypost',
            index=models.Index(fields=['user', 'valid_from'], name='post_user'),
        ),
        migrations.AddConstraint(
            model_name='dutypost',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='post_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='gridplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'adopted'), _negated=True), ('adopted_from__isnull', False), _connector='OR'), name='adopted_plan_has_day'),
        ),
        migrations.AddIndex(
            model_name='gridshape',
            index=models.Index(fields=['district', 'grid', 'valid_from'], name='grid_shape_days'),
        ),
        migrations.AddIndex(
            model_name='gridshape',
            index=models.Index(fields=['district', 'valid_from', 'valid_to', 'recorded_at', 'retired_at'], name='grid_shape_stamp'),
        ),
        migrations.AddConstraint(
            model_name='gridshape',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='grid_shape_ends_after_it_begins'),
        ),
    ]
