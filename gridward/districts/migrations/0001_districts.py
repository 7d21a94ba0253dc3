import django.contrib.gis.db.models.fields
import django.core.validators
import django.db.models.deletion
import gridward.gpkg.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='District',
            fields=[
                ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4095)])),
                ('code6', models.CharField(max_length=6, unique=True)),
                ('name_zh', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=60)),
                ('time_zone', models.CharField(default='Asia/Shanghai', max_length=40)),
                ('central_meridian', models.PositiveSmallIntegerField(default=114, help_text='of the local projection, degrees east; EPSG 4534 + (CM - 75) / 3')),
                ('outline', django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=4326)),
                ('hotline', models.CharField(blank=True, max_length=30)),
                ('is_demo', models.BooleanField(default=False, help_text='an example: invented, marked everywhere, own clock')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id__gte', 1), ('id__lte', 4095)), name='district_id_in_range')],
            },
        ),
        migrations.CreateModel(
            name='WorkingCalendar',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30)),
                ('name_zh', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField(default=1)),
                ('week', models.JSONField(help_text='per weekday 0-6 the opening periods: [[["08:00", "12:00"], …], …]')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('holiday', 'Holiday'), ('workday', 'Workday')], max_length=10)),
                ('name_zh', models.CharField(blank=True, max_length=30)),
                ('name_en', models.CharField(blank=True, max_length=40)),
                ('recorded_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='districts.workingcalendar')),
            ],
        ),
        migrations.AddConstraint(
            model_name='workingcalendar',
            constraint=models.UniqueConstraint(fields=('district', 'code'), name='calendar_code_once'),
        ),
        migrations.AddConstraint(
            model_name='calendarday',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('calendar', 'day'), name='calendar_day_once'),
        ),
    ]
