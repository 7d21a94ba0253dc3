import django.db.models.deletion
import gridward.gpkg.ids
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('areas', '0001_divisions_cells_ground'),
        ('districts', '0001_districts'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('public_id', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('username', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('language', models.CharField(default='zh-hans', max_length=10)),
                ('theme', models.CharField(choices=[('light', 'Light'), ('dark', 'Dark')], default='light', max_length=10)),
                ('must_change_password', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('left_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
        ),
        migrations.CreateModel(
            name='Body',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40)),
                ('kind', models.CharField(choices=[('district', 'district centre'), ('department', 'department'), ('subdistrict_office', 'subdistrict office, park or bureau'), ('party_organisation', 'community party organisation'), ('residents_committee', "residents' committee"), ('service_centre', 'service centre'), ('information_station', 'information station'), ('property_company', 'property company'), ('social_organisation', 'social organisation'), ('contractor', 'contractor')], max_length=24)),
                ('speciality', models.SlugField(blank=True, help_text='what a department does: sanitation, landscaping …', max_length=30)),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=120)),
                ('path', models.CharField(help_text='ids from the top down: /1/5/', max_length=80)),
                ('duty_phone', models.CharField(blank=True, max_length=30)),
                ('sort_key', models.CharField(max_length=20)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='districts.workingcalendar')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('division', models.ForeignKey(help_text='the area it answers for', null=True, on_delete=django.db.models.deletion.PROTECT, to='areas.division')),
                ('guides', models.ManyToManyField(help_text='条: guides in its trade', related_name='guided_by', to='accounts.body')),
                ('parent', models.ForeignKey(help_text='块: belongs to', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.body')),
            ],
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('label', models.CharField(blank=True, max_length=80)),
                ('signed_in_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=30)),
                ('scope', models.CharField(max_length=40)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('closed_at', models.DateTimeField(help_text='the moment it was closed: what was done before still counts', null=True)),
                ('is_withdrawn_for_cause', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='accounts.body')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['district', 'name'], name='user_name'),
        ),
        migrations.AddIndex(
            model_name='body',
            index=models.Index(fields=['district', 'path'], name='body_path'),
        ),
        migrations.AddConstraint(
            model_name='body',
            constraint=models.UniqueConstraint(fields=('district', 'code'), name='body_code_once'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['user', 'valid_from'], name='grant_user'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['district', 'scope', 'role'], name='grant_scope'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['body', 'role'], name='grant_body'),
        ),
    ]
